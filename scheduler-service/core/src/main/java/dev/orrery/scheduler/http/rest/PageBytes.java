package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Bounds a page of a list by bytes as well as by number: 500 instances may have 64 KiB of
 * parameters each, and many pages are read at the same time.
 *
 * <p>The statement of a list is bounded by the bytes of its texts, so that a read never has more
 * than about a megabyte of rows in memory. The page is bounded by the bytes of its JSON, where a
 * control character takes six bytes and an empty log line a hundred.
 */
public final class PageBytes {
  /** The maximum bytes of a page as JSON, if it has more than one item. */
  public static final int MAX_BYTES = 1024 * 1024;

  /** The bytes of a page besides its items: the names of its fields, and its cursor. */
  private static final int BESIDE_ITEMS = 1024;

  /** Serializes views like the API. */
  private static final ObjectWriter JSON =
      JsonMapper.builder()
          .addModules(new JavaTimeModule(), new Jdk8Module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build()
          .writer();

  /**
   * Wraps a statement that ends in a limit. Returns the rows whose texts fit into a page, each with
   * {@code found}, the number of rows within the limit. Has the parameters of the inner statement.
   */
  private static final String WITHIN =
      """
      select * from (
        select page.*, count(*) over () as found,
          coalesce(sum(%s) over (
            order by %s rows between unbounded preceding and 1 preceding), 0) as bytes_before
        from (%s) page
      ) sized
      where bytes_before < %d
      order by %2$s
      """;

  private PageBytes() {}

  /**
   * Returns a statement for the rows of another one, up to the row that exceeds the bound. {@link
   * PageRows#read} reads them.
   *
   * @param sql the inner statement, which ends in a limit
   * @param bytes the size of a row, as an expression over the columns of {@code sql}
   * @param order the order of {@code sql}, by its columns
   */
  public static String within(String sql, String bytes, String order) {
    return WITHIN.formatted(bytes, order, sql, MAX_BYTES);
  }

  /** Returns the first items whose JSON fits into a page, but at least one item if there is any. */
  public static <T> List<T> fitting(List<T> items) {
    JsonLength length = new JsonLength();
    length.bytes = BESIDE_ITEMS;
    int fitting = 0;
    while (fitting < items.size()) {
      length.add(items.get(fitting));
      if (length.bytes > MAX_BYTES && fitting > 0) {
        break;
      }
      fitting++;
    }
    return items.subList(0, fitting);
  }

  /** Counts the length of JSON without storing it. */
  private static final class JsonLength extends OutputStream {
    private long bytes;

    private void add(Object item) {
      try {
        JSON.writeValue(this, item);
      } catch (IOException e) {
        throw new UncheckedIOException("An item of a list is not JSON", e);
      }
      // The comma after the item.
      bytes++;
    }

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      bytes += length;
    }
  }
}
