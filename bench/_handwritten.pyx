"""The yardstick for one rule on a dict: what somebody would write by hand."""


def matches(dict event):
    """Return whether the image is PowerShell and the destination is none of three."""
    image = event.get("Image")
    if image is None or not (<str>image).lower().endswith("\\powershell.exe"):
        return []
    if event.get("DestinationIp") in ("10.0.0.1", "10.0.0.2", "127.0.0.1"):
        return []
    return ["rule"]
