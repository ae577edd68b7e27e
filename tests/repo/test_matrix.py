"""The matrix of the document on security is that of the code."""

from tests.access import matrix


def test_the_document_holds_the_matrix_as_the_code_gives_it() -> None:
    """After a change of rights or addresses: ``script/matrix``."""
    assert matrix.section().strip() == matrix.render().strip()
