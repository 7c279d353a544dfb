"""What the tests of this package share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.core.db import db
from app.core.errors import DomainError


@pytest.fixture
def at_once(app):
    """Call each function in a thread of its own, all at once; their answers or refusals."""

    def run(calls):
        db.session.rollback()
        start = Barrier(len(calls))

        def one(call):
            with app.app_context():
                start.wait()
                try:
                    return call()
                except DomainError as error:
                    return error.code
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run
