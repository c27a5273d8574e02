package dev.orrery.worker.binding.declare;

import dev.orrery.protocol.JobLimits;
import dev.orrery.worker.annotation.OrrerySchedule;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
    List<Map<String, String>> links = links(schedule.links(), values);
    if (!links.isEmpty()) {
      document.put("links", links);
    }
  }

  private static List<Map<String, String>> links(String[] raw, ScheduleValues values) {
    List<Map<String, String>> links = new ArrayList<>();
    for (String link : raw) {
      int end = link.indexOf('=');
      String title = end < 0 ? "" : link.substring(0, end).strip();
      Optional<String> url = values.resolved("links", link.substring(end + 1));
      if (title.isEmpty()
          || title.length() > JobLimits.MAX_LINK_TITLE
          || url.filter(text -> !isWebAddress(text)).isPresent()) {
        values.refuse(
            "the link '"
                + link
                + "' of @OrrerySchedule must have the form title=https://…, its title 1 to "
                + JobLimits.MAX_LINK_TITLE
                + " characters, its address without user and password. Correct it.");
      } else if (url.isPresent()) {
        links.add(new TreeMap<>(Map.of("title", title, "url", url.get())));
      }
    }
    if (links.size() > JobLimits.MAX_LINKS) {
      values.refuse(
          "links has "
              + links.size()
              + " links and may have "
              + JobLimits.MAX_LINKS
              + ". Name fewer.");
    }
    return links;
  }

  private static boolean isWebAddress(String text) {
    try {
      URI url = new URI(text);
      return text.length() <= JobLimits.MAX_LINK_URL
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getScheme().matches("(?i)https?");
    } catch (URISyntaxException e) {
      return false;
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
