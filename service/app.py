"""The Flask app: everything that answers HTTP, put together from a context."""

from flask import Flask
from werkzeug.routing import BaseConverter

from service.api import RESOURCES
from service.compat import COMPAT
from service.compat.paths import forgive_slashes
from service.context import ServiceContext
from service.documents.docs import docs
from service.http.calls import EXTENSION, view_of
from service.http.refusing import answer_faults
from service.http.requests import watch_requests
from service.ops import ops
from service.review import PAGES


class TextConverter(BaseConverter):
    """Matches all the rest of a path, slashes and line breaks too."""

    regex = r"[\s\S]+"
    part_isolating = False


def create_app(context: ServiceContext) -> Flask:
    """Return the app. It opens no connection and starts no thread before the first request."""
    app = Flask("service", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = context.max_request_bytes + 1  # see bodies.raw_body
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # a redirect would change what an identifier says
    app.url_map.converters["text"] = TextConverter
    app.extensions[EXTENSION] = context
    watch_requests(app)
    answer_faults(app)
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint(view_of))
    for blueprint in (docs(RESOURCES), ops, *COMPAT, *PAGES):
        app.register_blueprint(blueprint)
    app.wsgi_app = forgive_slashes(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app
