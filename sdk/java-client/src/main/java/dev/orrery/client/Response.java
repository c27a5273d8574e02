package dev.orrery.client;

import java.util.Optional;

/** A successful response of the REST API. */
record Response(Fields fields, Optional<String> etag) {}
