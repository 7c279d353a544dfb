"""Being told once, without an account, when a question that found nothing finds something."""
