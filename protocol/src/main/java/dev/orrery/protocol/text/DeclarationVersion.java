package dev.orrery.protocol.text;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * The version of the jobs that an application declares: a whole number, such as that of a build, or
 * an instant. An instant counts as newer than any number that people would choose.
 *
 * @param text as given
 * @param order greater for a newer version
 */
public record DeclarationVersion(String text, long order)
    implements Comparable<DeclarationVersion> {
  /** The end of a message about another text. */
  public static final String RULE =
      "must be a whole number of at most 18 digits, such as 4711, or an instant such as"
          + " 2027-03-28T01:00:00Z";

  public static final int MAX_LENGTH = 40;

  private static final Comparator<DeclarationVersion> BY_ORDER =
      Comparator.comparingLong(DeclarationVersion::order);

  /** Returns the version; empty if the text is none. */
  public static Optional<DeclarationVersion> parse(String text) {
    if (text.matches("[0-9]{1,18}")) {
      return Optional.of(new DeclarationVersion(text, Long.parseLong(text)));
    }
    if (text.length() > MAX_LENGTH || !text.matches("[0-9]{4}-.*")) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(text, Instant.parse(text)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  public static DeclarationVersion of(Instant time) {
    return of(time.toString(), time);
  }

  private static DeclarationVersion of(String text, Instant time) {
    return new DeclarationVersion(text, time.toEpochMilli());
  }

  public boolean isNewerThan(DeclarationVersion other) {
    return compareTo(other) > 0;
  }

  /** Two versions with one order may differ in their texts. */
  @Override
  public int compareTo(DeclarationVersion other) {
    return BY_ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return text;
  }
}
