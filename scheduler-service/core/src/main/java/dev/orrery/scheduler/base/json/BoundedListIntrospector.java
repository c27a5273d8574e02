package dev.orrery.scheduler.base.json;

import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import dev.orrery.protocol.message.Bounded;
import java.util.List;

/** Assigns {@link BoundedListDeserializer} to each list that is {@link Bounded}. */
final class BoundedListIntrospector extends NopAnnotationIntrospector {
  private static final long serialVersionUID = 1L;

  @Override
  public Object findDeserializer(Annotated member) {
    return member.hasAnnotation(Bounded.class) && member.getRawType() == List.class
        ? new BoundedListDeserializer()
        : null;
  }
}
