/**
 * Copies what an application logs while it runs an attempt to the log of that attempt. {@link
 * dev.orrery.worker.capture.AttemptScope} knows the attempt of a thread, {@link
 * dev.orrery.worker.capture.RunLogHandler} is for {@code java.util.logging}. The appender for
 * Logback is in a package of its own, because only applications that have Logback load it.
 */
@NullMarked
package dev.orrery.worker.capture;

import org.jspecify.annotations.NullMarked;
