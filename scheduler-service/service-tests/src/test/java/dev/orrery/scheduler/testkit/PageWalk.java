package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks a list from its first page to its last.
 *
 * @param sizes how many entries each page had
 * @param entries what was asked for of each entry, in the order of the list
 */
public record PageWalk(List<Integer> sizes, List<String> entries) {
  /** A cursor that does not move would never come to an end. */
  private static final int MAX_PAGES = 100;

  /**
   * Walks.
   *
   * @param path with its query
   * @param field that tells entries apart
   */
  public static PageWalk of(String token, String path, String field) {
    return from(null, token, path, field);
  }

  /**
   * Walks from a cursor on.
   *
   * @param after null means from the first entry
   */
  public static PageWalk from(String after, String token, String path, String field) {
    List<Integer> sizes = new ArrayList<>();
    List<String> entries = new ArrayList<>();
    String next = after;
    do {
      assertThat(sizes).as("pages of %s", path).hasSizeLessThan(MAX_PAGES);
      Json page = Json.of(Api.as(token).get(at(path, next)), 200);
      List<String> found = page.getStrings("items." + field);
      sizes.add(found.size());
      entries.addAll(found);
      next = page.getString("next");
    } while (next != null);
    return new PageWalk(sizes, entries);
  }

  private static String at(String path, String cursor) {
    if (cursor == null) {
      return path;
    }
    return path
        + (path.contains("?") ? '&' : '?')
        + "after="
        + URLEncoder.encode(cursor, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
