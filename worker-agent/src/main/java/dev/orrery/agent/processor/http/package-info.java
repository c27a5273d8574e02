/**
 * The processor {@code http}. {@link dev.orrery.agent.processor.http.HttpProcessor} sends the
 * request of a job, within the networks of {@link
 * dev.orrery.agent.processor.http.HttpProcessorConfig}, and returns the body as the result.
 *
 * <p>Resolving, redirects and address checks belong to {@code dev.orrery.outbound}.
 */
package dev.orrery.agent.processor.http;
