package dev.orrery.client;

import java.util.Map;
import java.util.Optional;

/** A response of the API with a status of success. */
record Response(Map<String, Object> json, Optional<String> etag) {
  Fields fields() {
    return new Fields(json);
  }
}
