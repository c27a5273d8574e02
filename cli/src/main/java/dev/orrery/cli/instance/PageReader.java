package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.SchedulerClient;
import java.util.function.Predicate;

/** Lists of the API, page after page. */
public final class PageReader {
  private static final int LARGEST = 500;

  private PageReader() {}

  /**
   * The first items of a list in the API's form; pages may be short, so there may be several calls.
   *
   * @param path with a query or without
   * @param limit how many, at most
   */
  public static ObjectNode read(SchedulerClient client, String path, int limit) {
    return read(client, path, limit, item -> true);
  }

  /**
   * As {@link #read(SchedulerClient, String, int)}, with only some of the items. A page without any
   * is the last one.
   */
  static ObjectNode read(
      SchedulerClient client, String path, int limit, Predicate<JsonNode> wanted) {
    ArrayNode items = client.json().createArrayNode();
    ObjectNode result = client.json().createObjectNode();
    String next = null;
    do {
      int size = Math.min(LARGEST, limit - items.size());
      String query = (path.contains("?") ? "&" : "?") + "limit=" + size;
      String after = next == null ? "" : "&after=" + SchedulerClient.encoded(next);
      JsonNode page = client.get(path + query + after).body();
      if (next == null) {
        page.properties().forEach(field -> result.set(field.getKey(), field.getValue()));
      }
      int before = items.size();
      for (JsonNode item : page.path("items")) {
        if (wanted.test(item)) {
          items.add(item);
        }
      }
      boolean isPast = items.size() == before && !page.path("items").isEmpty();
      next = page.hasNonNull("next") && !isPast ? page.path("next").asText() : null;
    } while (next != null && items.size() < limit);
    result.set("items", items);
    return result.put("next", next);
  }
}
