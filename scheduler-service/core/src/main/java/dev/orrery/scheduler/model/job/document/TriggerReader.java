package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.trigger.InvalidTriggerException;
import dev.orrery.trigger.Trigger;
import dev.orrery.trigger.ZoneNames;
import dev.orrery.trigger.cron.CronDialect;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** Reads the field {@code trigger} of a job document. */
public final class TriggerReader {
  /** The longest name in the time zone database has 32 characters. */
  public static final int MAX_ZONE = 100;

  private TriggerReader() {}

  /** A trigger as written, and its meaning. */
  record Read(TriggerDocument document, Trigger trigger) {}

  public static TriggerDocument read(JsonFields fields) {
    return readBoth(fields).document();
  }

  static Read readBoth(JsonFields fields) {
    Optional<String> cron = fields.text("cron", JobLimits.MAX_CRON);
    Optional<String> zone =
        fields.text("zone", MAX_ZONE).flatMap(text -> fields.attempt(() -> zone(fields, text)));
    Optional<CronDialect> dialect = fields.oneOf("dialect", CronDialect.values());
    Optional<Duration> every = fields.duration("every");
    Optional<DailyWindowDocument> within =
        fields
            .object("within", DailyWindowReader.EXAMPLE)
            .flatMap(window -> fields.attempt(() -> DailyWindowReader.read(window)));
    Optional<Duration> delay = fields.duration("delay");
    Optional<Instant> at = fields.instant("at");
    Optional<Instant> from = fields.instant("from");
    Optional<Instant> until = fields.instant("until");
    Optional<Duration> jitter = fields.duration("jitter");
    fields.refuseUnknown();
    fields.requireNoError();
    boolean isLocal = cron.isPresent() || within.isPresent();
    TriggerDocument document =
        new TriggerDocument(
            cron.map(String::strip).orElse(null),
            zone.orElse(isLocal ? "UTC" : null),
            dialect.map(JsonFields::spelling).orElse(null),
            every.orElse(null),
            within.orElse(null),
            delay.orElse(null),
            at.orElse(null),
            from.orElse(null),
            until.orElse(null),
            jitter.orElse(null));
    try {
      return new Read(document, document.toTrigger());
    } catch (InvalidTriggerException e) {
      throw invalid(fields, e);
    }
  }

  private static String zone(JsonFields fields, String written) {
    String name = written.strip();
    if (ZoneNames.contains(name) || (fields.isStored() && isZone(name))) {
      return name;
    }
    String path = fields.pathOf("zone");
    throw ProblemException.invalid(
        path,
        "'"
            + path
            + "' must be a zone of the IANA database, such as Europe/Berlin; got '"
            + written
            + "'."
            + ZoneNames.advice(name));
  }

  private static boolean isZone(String name) {
    try {
      return ZoneId.of(name) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static RuntimeException invalid(JsonFields fields, InvalidTriggerException e) {
    return ProblemException.invalid(fields.pathOf(e.field()), e.getMessage());
  }
}
