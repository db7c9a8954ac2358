// What every page starts; each behaviour is a module of its own.
import "comptoir/clock.js";
import "comptoir/choices.js";
import "comptoir/keys.js";
import "comptoir/key-hints.js";
import "comptoir/opens.js";
import "comptoir/tabs.js";
import "comptoir/toasts.js";
import "comptoir/pages/queue.js";
import "comptoir/pages/search.js";
import "comptoir/pages/ticket.js";
import "comptoir/composer/templates.js";
import "comptoir/composer/whole.js";
import "comptoir/composer/hints.js";
import "comptoir/live/feed.js";
import "comptoir/live/claims.js";
import "comptoir/live/alerts.js";
import "comptoir/pages/alerts.js";
