"""Pages of alerts: one's own list, where alerts go, what left, how channels stand."""
