/**
 * The appender for Logback, {@link dev.orrery.worker.capture.logback.RunLogAppender}. Nothing else
 * in the SDK refers to it.
 */
@NullMarked
package dev.orrery.worker.capture.logback;

import org.jspecify.annotations.NullMarked;
