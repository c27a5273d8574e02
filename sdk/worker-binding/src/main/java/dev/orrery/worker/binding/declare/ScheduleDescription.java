package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.JobLimits;
import dev.orrery.worker.annotation.OrrerySchedule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the description and the labels of {@link OrrerySchedule} into a job document. */
final class ScheduleDescription {
  private ScheduleDescription() {}

  static void addTo(Map<String, Object> document, OrrerySchedule schedule, ScheduleValues values) {
    Optional<String> text = values.resolved("description", schedule.description());
    text.filter(description -> description.length() > JobLimits.MAX_DESCRIPTION)
        .ifPresent(
            description ->
                values.refuse(
                    "the description has "
                        + description.length()
                        + " characters and may have "
                        + JobLimits.MAX_DESCRIPTION
                        + ". Shorten it."));
    text.filter(description -> !description.isEmpty())
        .ifPresent(description -> document.put("description", description));
    Map<String, String> labels = labels(schedule.labels(), values);
    if (!labels.isEmpty()) {
      document.put("labels", labels);
    }
  }

  private static Map<String, String> labels(String[] raw, ScheduleValues values) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : raw) {
      int end = label.indexOf('=');
      String name = end < 0 ? "" : label.substring(0, end);
      if (!name.matches(JobLimits.LABEL_NAME)) {
        values.refuse(
            "the label '"
                + label
                + "' of @OrrerySchedule must have the form name=value, its name 1 to 63 letters,"
                + " digits and ._-/");
        continue;
      }
      Optional<String> value = values.resolved("labels", label.substring(end + 1));
      if (value.filter(text -> !isValue(text)).isPresent()) {
        values.refuse(
            "the value of the label '"
                + name
                + "' must have 1 to "
                + JobLimits.MAX_LABEL_VALUE
                + " characters without line breaks. Correct it.");
      } else if (value.isPresent() && labels.put(name, value.get()) != null) {
        values.refuse("the label '" + name + "' is there twice. Keep one.");
      }
    }
    if (labels.size() > JobLimits.MAX_LABELS) {
      values.refuse(
          "labels has "
              + labels.size()
              + " labels and may have "
              + JobLimits.MAX_LABELS
              + ". Name fewer.");
    }
    return labels;
  }

  private static boolean isValue(String text) {
    return !text.isBlank()
        && text.length() <= JobLimits.MAX_LABEL_VALUE
        && text.codePoints().noneMatch(Character::isISOControl);
  }
}
