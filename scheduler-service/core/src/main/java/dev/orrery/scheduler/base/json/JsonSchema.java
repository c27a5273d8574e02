package dev.orrery.scheduler.base.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.orrery.protocol.text.DurationText;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A JSON Schema (2020-12), which OpenAPI 3.1 also uses. A reader of documents declares its format
 * with it, from its own constants.
 */
public final class JsonSchema {
  /** The name of the component for instants. */
  public static final String INSTANT = "Instant";

  static final String NULL = "null";

  static final String ALSO_ACCEPTED = "x-also-accepted";

  /** The pattern of an id: a number of up to 63 bits, as a text. */
  public static final String ID_PATTERN = "^[0-9]+$";

  private static final String COMPONENTS = "#/components/schemas/";

  private final ObjectNode keywords;

  private JsonSchema(ObjectNode keywords) {
    this.keywords = keywords;
  }

  private static JsonSchema of(String type) {
    return any().with("type", type);
  }

  /** Returns an object without further fields. */
  public static JsonSchema object() {
    JsonSchema object = of("object");
    object.keywords.putObject("properties");
    object.keywords.put("additionalProperties", false);
    return object;
  }

  /** Returns an object that may get further fields in a later release. */
  public static JsonSchema open() {
    JsonSchema object = of("object");
    object.keywords.putObject("properties");
    return object;
  }

  public static JsonSchema text() {
    return of("string");
  }

  public static JsonSchema text(int maxLength) {
    return text().with("maxLength", maxLength);
  }

  public static JsonSchema name() {
    return text().with("pattern", "^" + ResourceName.PATTERN + "$");
  }

  public static JsonSchema id() {
    return text().with("pattern", ID_PATTERN);
  }

  public static JsonSchema integer() {
    return of("integer");
  }

  public static JsonSchema integer(int min, int max) {
    return integer().with("minimum", min).with("maximum", max);
  }

  public static JsonSchema flag() {
    return of("boolean");
  }

  /**
   * Returns a duration, as {@link JsonFields#duration} reads it. It is not a component, because
   * generators drop the quotes of a default next to a reference.
   */
  public static JsonSchema duration() {
    return text(DurationReader.MAX_LENGTH).with("pattern", "^" + DurationText.PATTERN + "$");
  }

  /** Returns a local time, as {@link JsonFields#localTime} reads it. */
  public static JsonSchema localTime() {
    return text().with("pattern", "^" + JsonFields.LOCAL_TIME_PATTERN + "$");
  }

  /** Returns an instant, as {@link JsonFields#instant} reads it. */
  public static JsonSchema instant() {
    return component(INSTANT);
  }

  /** Returns the component for {@link #instant}. */
  public static JsonSchema instants() {
    return text()
        .with("format", "date-time")
        .describedAs("RFC 3339.")
        .example(TextNode.valueOf("2027-01-01T00:00:00Z"));
  }

  public static JsonSchema oneOf(Enum<?>... constants) {
    return oneOf(Arrays.stream(constants).map(JsonFields::spelling).toArray(String[]::new));
  }

  public static JsonSchema constants(Collection<? extends Enum<?>> constants) {
    return oneOf(constants.stream().map(Enum::name).toArray(String[]::new));
  }

  public static JsonSchema oneOf(String... texts) {
    JsonSchema choice = text();
    ArrayNode values = choice.keywords.putArray("enum");
    Arrays.stream(texts).forEach(values::add);
    return choice;
  }

  public static JsonSchema array(JsonSchema items, int min, int max) {
    JsonSchema array = of("array");
    array.keywords.set("items", items.keywords);
    if (min > 0) {
      array.with("minItems", min);
    }
    return max == Integer.MAX_VALUE ? array : array.with("maxItems", max);
  }

  /**
   * Also accepts null, which counts as absent. Generated clients then omit the field. Otherwise
   * they send an empty array, which is refused.
   */
  public JsonSchema orNull() {
    JsonNode type = keywords.get("type");
    keywords.putArray("type").add(type).add(NULL);
    return this;
  }

  public static JsonSchema any() {
    return new JsonSchema(JsonNodeFactory.instance.objectNode());
  }

  public static JsonSchema anyOf(JsonSchema... alternatives) {
    JsonSchema either = any();
    ArrayNode choices = either.keywords.putArray("anyOf");
    Arrays.stream(alternatives).forEach(alternative -> choices.add(alternative.keywords));
    return either;
  }

  /**
   * Declares other forms that users may write. Generated clients do not have them, because
   * generators fail on values of several types.
   */
  public JsonSchema alsoAccepting(JsonSchema... forms) {
    ArrayNode also = keywords.putArray(ALSO_ACCEPTED);
    Arrays.stream(forms).forEach(form -> also.add(form.keywords));
    return this;
  }

  /** Returns an object with any number of entries, whose keys and values match these schemas. */
  public static JsonSchema map(JsonSchema keys, JsonSchema values) {
    JsonSchema map = of("object");
    map.keywords.set("propertyNames", keys.keywords);
    map.keywords.set("additionalProperties", values.keywords);
    return map;
  }

  public static JsonSchema component(String name) {
    return any().with("$ref", COMPONENTS + name);
  }

  /** Returns a schema that matches exactly one of the named components. */
  public static JsonSchema oneOfComponents(String... names) {
    JsonSchema choice = any();
    ArrayNode choices = choice.keywords.putArray("oneOf");
    Arrays.stream(names).forEach(name -> choices.add(component(name).keywords));
    return choice;
  }

  /**
   * Requires exactly one of the conditions. They are in {@code then}, which client generators
   * ignore. From a plain {@code oneOf}, generators make a class for each alternative, and their
   * readers cannot distinguish these classes. The rule is in {@code allOf}, because an {@code if}
   * next to the properties would hide the properties from generators.
   */
  public JsonSchema exactlyOne(JsonSchema... conditions) {
    ObjectNode rule = keywords.putArray("allOf").addObject();
    rule.putObject("if").put("type", "object");
    ArrayNode choices = rule.putObject("then").putArray("oneOf");
    Arrays.stream(conditions).forEach(condition -> choices.add(condition.keywords));
    return this;
  }

  /** Returns the condition that an object has the text field, and none of the others. */
  public static JsonSchema having(String field, String... others) {
    JsonSchema condition = any().required(field, text());
    Arrays.stream(others).forEach(other -> condition.optional(other, of(NULL)));
    return condition;
  }

  /** Declares that this value of the field selects the component among the alternatives. */
  public JsonSchema discriminated(String field, String value, String component) {
    ObjectNode discriminator = keywords.withObject("/discriminator");
    discriminator.put("propertyName", field);
    discriminator.withObject("/mapping").put(value, COMPONENTS + component);
    return this;
  }

  public JsonSchema required(String name, JsonSchema field) {
    keywords.withArray("/required").add(name);
    return optional(name, field);
  }

  public JsonSchema optional(String name, JsonSchema field) {
    keywords.withObject("/properties").set(name, field.keywords);
    return this;
  }

  public JsonSchema describedAs(String description) {
    return with("description", description);
  }

  public JsonSchema defaultsTo(int value) {
    return with("default", value);
  }

  public JsonSchema defaultsTo(boolean value) {
    return with("default", value);
  }

  public JsonSchema defaultsTo(List<String> values) {
    ArrayNode array = keywords.putArray("default");
    values.forEach(array::add);
    return this;
  }

  public JsonSchema defaultsTo(String value) {
    return with("default", value);
  }

  public JsonSchema defaultsTo(Enum<?> value) {
    return defaultsTo(JsonFields.spelling(value));
  }

  public JsonSchema defaultsTo(Duration value) {
    return defaultsTo(value.toString());
  }

  public JsonSchema example(JsonNode example) {
    keywords.withArray("/examples").add(example);
    return this;
  }

  public JsonSchema with(String keyword, String value) {
    keywords.put(keyword, value);
    return this;
  }

  public JsonSchema with(String keyword, int value) {
    keywords.put(keyword, value);
    return this;
  }

  public JsonSchema with(String keyword, boolean value) {
    keywords.put(keyword, value);
    return this;
  }

  public ObjectNode toJson() {
    return keywords.deepCopy();
  }
}
