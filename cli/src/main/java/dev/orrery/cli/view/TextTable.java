package dev.orrery.cli.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of text for a terminal, with columns as wide as their content. On a narrow terminal the
 * columns of {@link #dropping} are omitted, then the last column is cut or wrapped. Other columns
 * are never cut.
 */
public final class TextTable {
  private static final String GAP = "  ";
  private static final int NARROWEST_LAST = 10;

  /** A wider last column takes precedence over a column that can be omitted. */
  private static final int WANTED_LAST = 20;

  private final List<List<TableCell>> rows = new ArrayList<>();
  private final List<String> headers;
  private final List<Integer> droppable = new ArrayList<>();
  private boolean wraps;

  public TextTable(String... headers) {
    this.headers = List.of(headers);
    rows.add(Arrays.stream(headers).map(header -> new TableCell(header, TextColour.BOLD)).toList());
  }

  /**
   * Names the columns that a narrow terminal omits, the least important first.
   *
   * @return this
   */
  public TextTable dropping(String... names) {
    for (String name : names) {
      int column = headers.indexOf(name);
      if (column < 0 || column == headers.size() - 1) {
        throw new IllegalArgumentException("No column to leave out: " + name);
      }
      droppable.add(column);
    }
    return this;
  }

  /**
   * Wraps the last column instead of cutting it.
   *
   * @return this
   */
  public TextTable wrapping() {
    wraps = true;
    return this;
  }

  public void add(TableCell... cells) {
    if (cells.length != headers.size()) {
      throw new IllegalArgumentException("A row of " + cells.length + " in " + headers.size());
    }
    rows.add(List.of(cells));
  }

  /** Returns the header and all rows as lines, without trailing spaces. */
  public List<String> lines(Terminal terminal) {
    int[] widths = new int[headers.size()];
    for (List<TableCell> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i).text()));
      }
    }
    List<Integer> columns = columns(widths, terminal.width());
    int before = before(columns, widths);
    int last = Math.max(NARROWEST_LAST, terminal.width() - before);
    List<String> lines = new ArrayList<>();
    for (List<TableCell> row : rows) {
      List<String> parts = parts(row.get(widths.length - 1).text(), last);
      lines.add(line(row, columns, widths, parts.get(0), terminal));
      for (String part : parts.subList(1, parts.size())) {
        lines.add(" ".repeat(before) + row.get(widths.length - 1).colour().paint(part, terminal));
      }
    }
    return lines;
  }

  /** Returns the visible columns from left to right; the last one is always visible. */
  private List<Integer> columns(int[] widths, int width) {
    List<Integer> columns = new ArrayList<>(IntStream.range(0, widths.length).boxed().toList());
    int wanted = Math.min(WANTED_LAST, widths[widths.length - 1]);
    for (Integer column : droppable) {
      if (before(columns, widths) + wanted <= width) {
        break;
      }
      columns.remove(column);
    }
    return columns;
  }

  /** Returns the width of everything before the last column. */
  private static int before(List<Integer> columns, int[] widths) {
    return columns.stream()
        .filter(column -> column < widths.length - 1)
        .mapToInt(column -> widths[column] + GAP.length())
        .sum();
  }

  private static String line(
      List<TableCell> row,
      List<Integer> columns,
      int[] widths,
      String lastText,
      Terminal terminal) {
    StringBuilder line = new StringBuilder();
    int pending = 0;
    for (int column : columns) {
      TableCell cell = row.get(column);
      String text = column == widths.length - 1 ? lastText : cell.text();
      if (!text.isEmpty()) {
        line.append(" ".repeat(pending)).append(cell.colour().paint(text, terminal));
        pending = 0;
      }
      pending += widths[column] - length(text) + GAP.length();
    }
    return line.toString();
  }

  private List<String> parts(String text, int width) {
    if (!wraps) {
      return List.of(cut(text, width));
    }
    List<String> parts = new ArrayList<>();
    String rest = text;
    while (length(rest) > width) {
      int end = rest.offsetByCodePoints(0, width);
      int blank = rest.lastIndexOf(' ', end);
      int to = blank > 0 ? blank : end;
      parts.add(rest.substring(0, to));
      rest = rest.substring(to).strip();
    }
    parts.add(rest);
    return parts;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String text, int width) {
    return length(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }
}
