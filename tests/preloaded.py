"""What a process has before it is forked for a test: the shop and compiled templates."""

import importlib
import pkgutil

import bookshop
from bookshop.app import create_app
from tests import shared_caches
from tests.builders import some_settings

NOT_TO_IMPORT = ("bookshop.__main__", "bookshop.migrations.env")

for module in pkgutil.walk_packages(bookshop.__path__, "bookshop."):
    if module.name not in NOT_TO_IMPORT:
        importlib.import_module(module.name)
shared_caches.install()
templates = create_app(some_settings()).jinja_env
for template in templates.list_templates(extensions=["html"]):
    templates.get_template(template)
