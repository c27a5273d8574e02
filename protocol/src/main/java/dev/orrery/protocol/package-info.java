/**
 * Types that workers and schedulers share: {@link dev.orrery.protocol.Protocol}, {@link
 * dev.orrery.protocol.WorkerOperation}, {@link dev.orrery.protocol.ErrorCode}, {@link
 * dev.orrery.protocol.VersionRange} and {@link dev.orrery.protocol.ProcessorSpec}.
 *
 * <p>This module has no framework and sends no requests, because every worker depends on it.
 * Messages are in {@code message}, and the rule of agreement is in {@code agreement}.
 */
package dev.orrery.protocol;
