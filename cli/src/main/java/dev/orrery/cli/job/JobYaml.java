package dev.orrery.cli.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.util.regex.Pattern;

/** Writes job documents as YAML that {@code apply} can read. */
public final class JobYaml {
  /** YAML takes these for line breaks, and reads them back as others or as blanks. */
  private static final Pattern UNUSUAL_BREAK = Pattern.compile("[\\x85\\u2028\\u2029]");

  /** Some readers of YAML take 18:30 for a number to the base of 60. */
  private static final Pattern LOCAL_TIME = Pattern.compile("\\d+(:\\d+)+");

  private static final YAMLMapper YAML =
      YAMLMapper.builder(YAMLFactory.builder().stringQuotingChecker(new MergeQuoting()).build())
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          // Otherwise "30" would come back as a number, where the document needs a string.
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  /** Escapes unusual breaks. */
  private static final YAMLMapper ALL_QUOTED =
      YAML.copy().disable(YAMLGenerator.Feature.MINIMIZE_QUOTES);

  /** Also quotes local times, and a field named {@code <<}, which YAML would parse as a merge. */
  private static final class MergeQuoting extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean needToQuoteName(String name) {
      return name.equals("<<") || UNUSUAL_BREAK.matcher(name).find() || super.needToQuoteName(name);
    }

    @Override
    public boolean needToQuoteValue(String value) {
      return LOCAL_TIME.matcher(value).matches() || super.needToQuoteValue(value);
    }
  }

  private JobYaml() {}

  /** Returns the job document as the API shows it, without its status. */
  static ObjectNode document(JsonNode job) {
    ObjectNode document = job.deepCopy();
    document.remove("status");
    return document;
  }

  public static String of(JsonNode document) {
    try {
      // The caller ends the last line. Further line breaks may belong to a text.
      YAMLMapper mapper = UNUSUAL_BREAK.matcher(document.toString()).find() ? ALL_QUOTED : YAML;
      return mapper.writeValueAsString(document).replaceFirst("\n\\z", "");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
