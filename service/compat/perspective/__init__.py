"""Google's Perspective protocol (commentanalyzer v1alpha1): https://developers.perspectiveapi.com."""
