package dev.orrery.client;

import java.util.Optional;

/**
 * A job that an app does not have.
 *
 * @param nearest the existing job with the most similar name; empty if no name is similar
 */
public record MissingJob(String name, Optional<String> nearest) {}
