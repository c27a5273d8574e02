/**
 * Responses that equal calls share. {@link dev.orrery.scheduler.sharedresponse.SharedResponse}
 * marks the operations that open consoles call all the time; {@link
 * dev.orrery.scheduler.sharedresponse.SharedResponseInterceptor} lets callers that accept an older
 * response share one.
 *
 * <p>Answers that all callers share, whatever they accept, are in the service of their feature, by
 * {@link dev.orrery.scheduler.rest.SharedAnswer}.
 */
package dev.orrery.scheduler.sharedresponse;
