"""Examples for the documentation: requests that work as they stand."""

from typing import Any

REQUEST_EXAMPLES: dict[str, dict[str, Any]] = {
    "Comment": {
        "least": {"summary": "Only a text", "value": {"body": "Thanks, that helped a lot."}},
        "full": {
            "summary": "With what a blog knows",
            "value": {
                "external_id": "wp-1234",
                "body": "You are a sh1t writer, but thanks.",
                "author": {"id": "42", "name": "Ann", "email": "ann@example.org"},
                "thread": {"url": "https://blog.example/a-post", "title": "A post"},
                "posted_at": "2026-01-15T09:30:00Z",
                "metadata": {"column": 3},
            },
        },
    },
    "DecisionBody": {
        "approve": {
            "summary": "A person approves",
            "value": {"decision": "approve", "actor": "ann", "note": "Heated, but fair."},
        }
    },
    "AnalyzeBody": {"text": {"summary": "One text", "value": {"text": "Good morning."}}},
}
