package dev.orrery.worker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Contains several {@link OrrerySchedule} annotations of one method. Each job needs a {@link
 * OrrerySchedule#name} of its own.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OrrerySchedules {
  OrrerySchedule[] value();
}
