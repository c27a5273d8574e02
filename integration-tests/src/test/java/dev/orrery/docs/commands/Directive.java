package dev.orrery.docs.commands;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A comment of a page that specifies how to run the next block. {@code setup} has no block.
 *
 * @param argument a file name, a reason, or a command; otherwise empty
 */
record Directive(Kind kind, String argument) {
  private static final Pattern COMMENT = Pattern.compile("<!-- (.*?) -->");

  enum Kind {
    /** The block is the content of a file. */
    FILE("file: "),
    /** The block cannot run, for this reason. */
    NOT_RUN("not run: "),
    /** The block is one command that runs in another terminal until the page ends. */
    BACKGROUND("background"),
    /** The lines of a transcript may occur in any order in the output. */
    ANY_ORDER("any order"),
    /** A command that readers have already run. */
    SETUP("setup: "),
    /** The same in another terminal. */
    SETUP_BACKGROUND("setup: background ");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Parses a line; empty if it is not a directive. */
  static Optional<Directive> of(String line) {
    Matcher comment = COMMENT.matcher(line.strip());
    if (!comment.matches()) {
      return Optional.empty();
    }
    String text = comment.group(1);
    Directive found = null;
    for (Kind kind : Kind.values()) {
      if (text.startsWith(kind.prefix)) {
        found = new Directive(kind, text.substring(kind.prefix.length()).strip());
      }
    }
    return Optional.ofNullable(found);
  }
}
