from busbar.api.bodies.body import Body, Email, Language


class TrialBody(Body):
    """Where a letter is sent to try whether mail arrives."""

    recipient: Email
    language: Language = "en"
