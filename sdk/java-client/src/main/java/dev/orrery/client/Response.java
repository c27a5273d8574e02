package dev.orrery.client;

import java.util.Optional;

/** A response of the API with a status of success. */
record Response(Fields fields, Optional<String> etag) {}
