package dev.orrery.scheduler.model.job.document;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A link to a page about a job, such as its runbook.
 *
 * @param url http or https, with a host and without user name and password
 */
@RegisterForReflection
public record JobLink(String title, String url) {}
