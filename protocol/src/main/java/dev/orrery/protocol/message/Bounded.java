package dev.orrery.protocol.message;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The bound of a text or a list of a request. It declares the bound for readers and tests; the
 * scheduler enforces it. Every text and list of a request has one ({@code MessageBoundsTest}).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Bounded {
  /** The most characters of a text, or entries of a list. */
  int max();

  /** The most characters of each entry of a list of texts. */
  int each() default 0;

  /** The reaction of the scheduler to a value beyond the bound. */
  Excess excess() default Excess.REFUSED;

  /** A reaction to a value beyond its bound. */
  enum Excess {
    /**
     * The request fails with {@code INVALID}, or {@code SESSION_GONE} for a session; nothing
     * changes.
     */
    REFUSED,
    /** The rest is dropped, and the request succeeds. */
    CUT
  }
}
