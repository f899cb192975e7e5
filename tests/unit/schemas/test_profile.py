"""What leads are, as forms and CRMs say it."""

import json

from schemas.profile import LeadProfile


def test_null_takes_an_attribute_back() -> None:
    """Null is a value of its own: it differs from an attribute that is not named."""
    text = json.dumps(
        {
            "id": "up-1",
            "lead_id": "lead-ada",
            "occurred_at": "2026-11-22T10:00:00Z",
            "attributes": {"country": None, "company_size": 250},
        }
    )

    assert LeadProfile.model_validate_json(text).attributes == {"country": None, "company_size": 250}
