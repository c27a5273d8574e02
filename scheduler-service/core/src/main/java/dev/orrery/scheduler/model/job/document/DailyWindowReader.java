package dev.orrery.scheduler.model.job.document;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.trigger.DailyWindow;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;

/** Reads the field {@code within} of a trigger. */
final class DailyWindowReader {
  static final String EXAMPLE = "{from: \"09:00\", to: \"18:30\"}";

  private DailyWindowReader() {}

  static DailyWindowDocument read(JsonFields fields) {
    fields.requirePresent("from");
    Optional<LocalTime> from = fields.localTime("from");
    fields.requirePresent("to");
    Optional<LocalTime> to = fields.localTime("to");
    Optional<List<String>> days = fields.texts("days", DailyWindow.DAY_NAMES.size());
    days.ifPresent(given -> requireDays(fields, given));
    fields.refuseUnknown();
    fields.requireNoError();
    return new DailyWindowDocument(
        from.orElseThrow().toString(),
        to.orElseThrow().toString(),
        days.map(given -> DailyWindow.DAY_NAMES.stream().filter(given::contains).toList())
            .orElse(null));
  }

  private static void requireDays(JsonFields fields, List<String> days) {
    if (days.isEmpty()) {
      fields.refuse("days", "must name a day; leave it out for every day");
    }
    for (int i = 0; i < days.size(); i++) {
      if (!DailyWindow.DAY_NAMES.contains(days.get(i))) {
        fields.refuse(
            "days[" + i + "]",
            "must be one of "
                + String.join(", ", DailyWindow.DAY_NAMES)
                + "; got '"
                + BoundedText.abbreviate(days.get(i), JsonFields.MAX_QUOTE)
                + "'");
      }
    }
  }
}
