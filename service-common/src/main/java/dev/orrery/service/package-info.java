/**
 * Quarkus beans that the scheduler and the agent share, such as {@link
 * dev.orrery.service.RawConfig} and {@link dev.orrery.service.LogSafety}.
 *
 * <p>Beans of one program belong to that program.
 */
package dev.orrery.service;
