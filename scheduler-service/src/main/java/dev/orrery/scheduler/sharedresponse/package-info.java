/**
 * Responses that equal calls share. {@link dev.orrery.scheduler.sharedresponse.SharedResponse}
 * marks the operations that open consoles call all the time; {@link
 * dev.orrery.scheduler.sharedresponse.SharedResponseInterceptor} lets callers that accept an older
 * response share one.
 *
 * <p>A service whose callers share an answer regardless of the age that they accept uses {@link
 * dev.orrery.scheduler.cache.ReadThroughCache}.
 */
package dev.orrery.scheduler.sharedresponse;
