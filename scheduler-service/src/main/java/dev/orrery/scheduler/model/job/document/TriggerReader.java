package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.JobLimits;
import dev.orrery.scheduler.http.json.JsonFields;
import dev.orrery.scheduler.http.problem.ProblemException;
import dev.orrery.trigger.InvalidTriggerException;
import dev.orrery.trigger.Trigger;
import dev.orrery.trigger.ZoneNames;
import dev.orrery.trigger.cron.CronDialect;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.stream.Stream;

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
    Optional<String> zone = fields.text("zone", MAX_ZONE);
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
    requireOne(fields);
    if (within.isPresent() && every.isEmpty()) {
      throw fields.invalid("within", "belongs to every only");
    }
    boolean isLocal = cron.isPresent() || within.isPresent();
    if (zone.isPresent() && !isLocal) {
      throw fields.invalid("zone", "belongs to cron, and to every with within");
    }
    if (dialect.isPresent() && cron.isEmpty()) {
      throw fields.invalid("dialect", "belongs to cron only");
    }
    requireWithin(fields, at, from, until);
    TriggerDocument document =
        new TriggerDocument(
            cron.map(String::strip).orElse(null),
            isLocal ? zone(fields, zone.orElse("UTC")) : null,
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

  private static void requireOne(JsonFields fields) {
    if (Stream.of("cron", "every", "delay", "at").filter(fields::has).count() != 1) {
      throw fields.invalid("cron", "or 'every', 'delay', 'at' is required, exactly one of them");
    }
  }

  private static void requireWithin(
      JsonFields fields, Optional<Instant> at, Optional<Instant> from, Optional<Instant> until) {
    if (at.isPresent() && from.filter(at.get()::isBefore).isPresent()) {
      throw fields.invalid("at", "is before 'from', so it never fires");
    }
    if (at.isPresent() && until.filter(at.get()::isAfter).isPresent()) {
      throw fields.invalid("at", "is after 'until', so it never fires");
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
