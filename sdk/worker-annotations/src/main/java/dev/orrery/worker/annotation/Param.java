package dev.orrery.worker.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Binds a method parameter to a job parameter by name. Needed if the name differs, or if the class
 * is compiled without {@code -parameters}.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Param {

  /** Stands for no default; no text of a job contains it. */
  String NO_DEFAULT = "\0";

  /** The name in the job document; empty: the name in the source. */
  String value() default "";

  /**
   * The text that is converted if the run has no such parameter, or an empty text. Without it, such
   * a run fails, unless the type is {@code Optional}; an empty text may be a value of the type.
   */
  String defaultValue() default NO_DEFAULT;
}
