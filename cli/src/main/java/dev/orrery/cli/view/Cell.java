package dev.orrery.cli.view;

/** A field of a table: one line, without anything that a terminal would act on. */
public record Cell(String text, Colour colour) {
  public Cell {
    text = text.replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "\uFFFD").strip();
  }

  public static Cell of(String text) {
    return new Cell(text == null ? "" : text, Colour.PLAIN);
  }
}
