package dev.orrery.worker.spring.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.worker.binding.JsonFormat;
import java.lang.reflect.Type;

/** Writes job results as JSON, and reads parameters from it, with Jackson 2. */
public record Jackson2Format(ObjectMapper json) implements JsonFormat {

  @Override
  public String write(Object result) throws JsonProcessingException {
    return json.writeValueAsString(result);
  }

  @Override
  public Object read(String text, Type type) throws JsonProcessingException {
    return json.readerFor(json.constructType(type))
        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .readValue(text);
  }
}
