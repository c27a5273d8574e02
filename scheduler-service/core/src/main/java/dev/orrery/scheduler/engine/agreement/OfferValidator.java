package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.job.ParentLane;
import java.util.List;
import java.util.regex.Pattern;

/** Checks every offer before its protocols and versions are compared. */
public final class OfferValidator {
  public static final String PROCESSOR =
      "[A-Za-z0-9._:$-]{1," + MessageLimits.MAX_PROCESSOR_LENGTH + "}";

  private static final int MAX_SHOWN = 120;
  private static final Pattern PROCESSOR_FORM = Pattern.compile(PROCESSOR);

  /** A random UUID, so that a worker cannot guess the session of another one. */
  private static final Pattern SESSION =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private OfferValidator() {}

  /**
   * @throws ProblemException {@code INVALID}, naming the field; {@code FORBIDDEN} if the offer is
   *     for another app than the token
   */
  static void require(Caller caller, WorkerOffer offer) {
    ResourceName.require("app", offer.app());
    ResourceName.require("name", offer.name());
    requireWord("protocol", offer.protocol());
    requireWord("dialect", offer.dialect());
    if (!offer.app().equals(caller.app())) {
      throw new ProblemException(
          new ProblemDetail(
              null,
              null,
              ErrorCode.FORBIDDEN.status(),
              ErrorCode.FORBIDDEN,
              "The token belongs to another app than '" + offer.app() + "'.",
              "app",
              null,
              null,
              "worker: orrery.worker.app or orrery.worker.token"));
    }
    if (offer.capacity() < 1 || offer.capacity() > MessageLimits.MAX_CAPACITY) {
      throw ProblemException.invalid(
          "capacity", "'capacity' must be from 1 to " + MessageLimits.MAX_CAPACITY + ".");
    }
    requireEntries("tags", offer.tags());
    offer.tags().forEach(tag -> ResourceName.require("tags", tag));
    requireEntries("processors", offer.processors());
    for (String processor : offer.processors()) {
      if (!PROCESSOR_FORM.matcher(processor).matches()) {
        throw ProblemException.invalid(
            "processors",
            "'processors' contains '"
                + BoundedText.abbreviate(processor, MAX_SHOWN)
                + "', which is not the name of a processor.");
      }
      if (processor.startsWith(ParentLane.RESERVED)) {
        throw ProblemException.invalid(
            "processors",
            "'processors' contains '"
                + BoundedText.abbreviate(processor, MAX_SHOWN)
                + "'; names that begin with '"
                + ParentLane.RESERVED
                + "' are reserved for the scheduler.");
      }
    }
    if (offer.session() != null && !SESSION.matcher(offer.session()).matches()) {
      throw ProblemException.invalid(
          "session", "'session' must be a random UUID (version 4) in lower case.");
    }
    requireShown(
        "softwareVersion", offer.softwareVersion(), MessageLimits.MAX_SOFTWARE_VERSION_LENGTH);
  }

  private static void requireWord(String field, String word) {
    if (word.length() > MessageLimits.MAX_OFFER_NAME_LENGTH) {
      throw notShown(field, MessageLimits.MAX_OFFER_NAME_LENGTH);
    }
    // The agreement rule ignores whitespace around the word.
    requireShown(field, word.strip(), MessageLimits.MAX_OFFER_NAME_LENGTH);
  }

  /**
   * Requires a text that is safe in responses, in the log and in the list of refusals: a line break
   * would forge a log line, and a direction mark would reverse it.
   */
  private static void requireShown(String field, String text, int max) {
    if (text.length() > max || text.codePoints().anyMatch(OfferValidator::isInvisible)) {
      throw notShown(field, max);
    }
  }

  private static boolean isInvisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  private static ProblemException notShown(String field, int max) {
    return ProblemException.invalid(
        field,
        "'"
            + field
            + "' must be at most "
            + max
            + " characters, none of them a control or a break.");
  }

  private static void requireEntries(String field, List<String> entries) {
    if (entries.size() > MessageLimits.MAX_OFFER_ENTRIES) {
      throw ProblemException.invalid(
          field,
          "'" + field + "' must have at most " + MessageLimits.MAX_OFFER_ENTRIES + " entries.");
    }
  }
}
