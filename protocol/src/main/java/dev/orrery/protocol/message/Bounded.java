package dev.orrery.protocol.message;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares the maximum length of a text or a list in a request. The scheduler enforces list bounds
 * while parsing and text bounds in the feature that stores the text. Every text and list of a
 * request has a bound ({@code MessageBoundsTest}).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
public @interface Bounded {
  /** The maximum characters of a text, or entries of a list. */
  int max();

  /** The maximum characters of each entry of a list of texts. */
  int each() default 0;

  /** The maximum entries of all lists of this name in one request; 0 means unlimited. */
  int total() default 0;

  /** The scheduler's reaction to an excess. */
  Excess excess() default Excess.REFUSED;

  /** The reaction to a value that exceeds its bound. */
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
