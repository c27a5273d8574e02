package dev.orrery.docs.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses the blocks of a Markdown page. A fence without a language is an error, because it could
 * contain commands.
 */
final class PageReader {
  private static final String FENCE = "```";
  private static final String PROMPT = "$ ";

  private final List<Block> blocks = new ArrayList<>();
  private final List<String> lines;
  private int next;

  private PageReader(String page) {
    this.lines = page.lines().toList();
  }

  static List<Block> read(String page) {
    PageReader reader = new PageReader(page);
    reader.readAll();
    return List.copyOf(reader.blocks);
  }

  private void readAll() {
    Optional<Directive> directive = Optional.empty();
    while (next < lines.size()) {
      String line = lines.get(next++);
      if (line.strip().startsWith(FENCE)) {
        readFence(line, directive);
        directive = Optional.empty();
      } else if (!line.isBlank()) {
        directive = Directive.of(line);
        directive.ifPresent(this::addSetup);
      }
    }
  }

  private void addSetup(Directive directive) {
    switch (directive.kind()) {
      case SETUP -> blocks.add(new Block.Commands(next, directive.argument()));
      case SETUP_BACKGROUND -> blocks.add(new Block.Background(next, directive.argument()));
      default -> {
        // Belongs to the block that follows.
      }
    }
  }

  private void readFence(String opening, Optional<Directive> directive) {
    int first = next + 1;
    int indent = opening.indexOf(FENCE);
    String language = opening.strip().substring(FENCE.length()).strip();
    if (language.isEmpty()) {
      throw new AssertionError("line " + next + ": the block has no language");
    }
    List<String> content = new ArrayList<>();
    while (!lines.get(next).strip().equals(FENCE)) {
      String line = lines.get(next++);
      content.add(line.substring(Math.min(indent, line.length())));
    }
    next++;
    block(first, language, content, directive).ifPresent(blocks::add);
  }

  private static Optional<Block> block(
      int line, String language, List<String> content, Optional<Directive> directive) {
    String text = String.join("\n", content) + "\n";
    Directive.Kind kind = directive.map(Directive::kind).orElse(null);
    String argument = directive.map(Directive::argument).orElse("");
    if (kind == Directive.Kind.FILE) {
      return Optional.of(new Block.FileContent(line, argument, text));
    }
    if (!language.equals("sh") && !language.equals("console")) {
      return Optional.empty();
    }
    if (kind == Directive.Kind.NOT_RUN) {
      return Optional.of(new Block.NotRun(line, argument));
    }
    if (kind == Directive.Kind.BACKGROUND) {
      return Optional.of(new Block.Background(line, text.strip()));
    }
    return Optional.of(
        language.equals("sh")
            ? new Block.Commands(line, text)
            : new Block.Transcript(line, steps(line, content), kind == Directive.Kind.ANY_ORDER));
  }

  private static List<Block.Transcript.Step> steps(int line, List<String> content) {
    List<Block.Transcript.Step> steps = new ArrayList<>();
    int at = 0;
    while (at < content.size()) {
      if (!content.get(at).startsWith(PROMPT)) {
        throw new AssertionError(
            "line " + (line + at) + ": a transcript must begin with '$ ' and a command");
      }
      int begin = at;
      StringBuilder command = new StringBuilder(content.get(at++).substring(PROMPT.length()));
      while (command.toString().endsWith("\\") && at < content.size()) {
        command.append('\n').append(content.get(at++));
      }
      List<String> output = new ArrayList<>();
      while (at < content.size() && !content.get(at).startsWith(PROMPT)) {
        output.add(content.get(at++));
      }
      steps.add(
          new Block.Transcript.Step(line + begin, command.toString(), String.join("\n", output)));
    }
    return steps;
  }
}
