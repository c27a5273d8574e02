package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The places where two JSON documents differ; the order of keys does not count. */
final class DocumentDifference {
  private static final int MAX_QUOTE = 300;

  private final List<String> lines = new ArrayList<>();

  private DocumentDifference() {}

  /** One line for each place: its JSON pointer, what was there and what is there now. */
  static List<String> between(JsonNode was, JsonNode is) {
    DocumentDifference difference = new DocumentDifference();
    difference.compare("", was, is);
    return difference.lines;
  }

  private void compare(String pointer, JsonNode was, JsonNode is) {
    if (was.isObject() && is.isObject()) {
      Set<String> names = new TreeSet<>();
      was.fieldNames().forEachRemaining(names::add);
      is.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String escaped = name.replace("~", "~0").replace("/", "~1");
        compare(pointer + "/" + escaped, was.path(name), is.path(name));
      }
    } else if (was.isArray() && is.isArray() && was.size() == is.size()) {
      for (int i = 0; i < was.size(); i++) {
        compare(pointer + "/" + i, was.get(i), is.get(i));
      }
    } else if (!was.equals(is)) {
      lines.add(pointer + ": was " + quote(was) + ", is " + quote(is));
    }
  }

  private static String quote(JsonNode node) {
    if (node.isMissingNode()) {
      return "absent";
    }
    String text = node.toString();
    return text.length() <= MAX_QUOTE ? text : text.substring(0, MAX_QUOTE) + "…";
  }
}
