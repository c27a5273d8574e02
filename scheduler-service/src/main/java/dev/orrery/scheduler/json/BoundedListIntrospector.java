package dev.orrery.scheduler.json;

import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import dev.orrery.protocol.message.Bounded;
import java.util.List;

/** Lets each list that is {@link Bounded} be read by a {@link BoundedListDeserializer}. */
final class BoundedListIntrospector extends NopAnnotationIntrospector {
  private static final long serialVersionUID = 1L;

  @Override
  public Object findDeserializer(Annotated member) {
    return member.hasAnnotation(Bounded.class) && member.getRawType() == List.class
        ? new BoundedListDeserializer()
        : null;
  }
}
