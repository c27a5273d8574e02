package dev.orrery.protocol.message;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The bound of a text or a list of a request. The scheduler enforces it: that of a list while it
 * reads the list, that of a text in the feature that stores it. Every text and list of a request
 * has one ({@code MessageBoundsTest}).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
public @interface Bounded {
  /** The most characters of a text, or entries of a list. */
  int max();

  /** The most characters of each entry of a list of texts. */
  int each() default 0;

  /** The most entries of all lists of this name in one request; 0 for no such bound. */
  int total() default 0;

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
