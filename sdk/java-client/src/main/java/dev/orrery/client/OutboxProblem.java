package dev.orrery.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a run is still in the outbox, as its column {@code problem} says it to people.
 *
 * @param kind whether the scheduler said no, or may have made the run without an answer
 * @param since when that was first so
 */
record OutboxProblem(Kind kind, Instant since, String text) {
  private static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final Pattern FORM =
      Pattern.compile("(Refused|Unanswered) since (\\S+Z): (.*)", Pattern.DOTALL);

  enum Kind {
    REFUSED("Refused", Duration.ofDays(1)),

    /** The scheduler forgets a key after a day; a run is not made twice. */
    UNANSWERED("Unanswered", Duration.ofHours(23));

    private final String word;
    private final Duration patience;

    Kind(String word, Duration patience) {
      this.word = word;
      this.patience = patience;
    }
  }

  static Optional<OutboxProblem> parse(@Nullable String column) {
    Matcher matcher = FORM.matcher(column == null ? "" : column);
    return matcher.matches()
        ? Optional.of(
            new OutboxProblem(
                matcher.group(1).equals(Kind.REFUSED.word) ? Kind.REFUSED : Kind.UNANSWERED,
                Instant.parse(matcher.group(2)),
                matcher.group(3)))
        : Optional.empty();
  }

  /** Returns the next problem of a run, which may have had the same before. */
  static OutboxProblem next(Kind kind, Optional<OutboxProblem> last, Instant now, String text) {
    return new OutboxProblem(
        kind, last.filter(one -> one.kind == kind).map(OutboxProblem::since).orElse(now), text);
  }

  OutboxProblem with(String newText) {
    return new OutboxProblem(kind, since, newText);
  }

  /** Returns whether the run is not tried any more. */
  boolean isFinal(Instant now) {
    return !now.isBefore(since.plus(kind.patience));
  }

  /** Returns how long to wait before the next try: the longer, the older the problem is. */
  Duration pause(Instant now) {
    Duration grown = Duration.between(since, now).dividedBy(4);
    Duration atLeast = grown.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : grown;
    return atLeast.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : atLeast;
  }

  @Override
  public String toString() {
    return kind.word + " since " + since + ": " + text;
  }
}
