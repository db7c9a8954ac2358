// Proposes the browser's own time zone on a form that nobody has filled in yet.
const field = document.querySelector("form[data-guess-time-zone] [name=time_zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (field && document.querySelector(`#time-zones option[value="${CSS.escape(here)}"]`)) {
  field.value = here;
}
