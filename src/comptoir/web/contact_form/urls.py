"""Addresses for buyers: the form, its one line of script, and the page of a conversation."""

from django.urls import path

from comptoir.web.contact_form import embedding, form, talk

urlpatterns = [
    path("form/<str:key>.js", embedding.script, name="form_script"),
    path("form/<str:key>", form.show, name="contact_form"),
    path("form/<str:key>/order", form.look_up, name="form_order"),
    path("talk/<str:link>", talk.show, name="talk"),
    path("talk/<str:link>/files/<int:file_id>", talk.file, name="talk_file"),
]
