import CLibyaml

/// Writes ``JSONValue``s through libyaml's emitter.
struct YAMLEmitter {
    private final class Output {
        var bytes: [UInt8] = []
    }

    mutating func emit(_ values: [JSONValue]) -> String {
        let output = Output()
        var emitter = yaml_emitter_t()
        guard yaml_emitter_initialize(&emitter) == 1 else { return "" }
        defer { yaml_emitter_delete(&emitter) }
        yaml_emitter_set_output(
            &emitter,
            { context, buffer, size in
                guard let context, let buffer else { return 0 }
                let output = Unmanaged<Output>.fromOpaque(context).takeUnretainedValue()
                output.bytes.append(contentsOf: UnsafeBufferPointer(start: buffer, count: size))
                return 1
            },
            Unmanaged.passUnretained(output).toOpaque()
        )
        yaml_emitter_set_unicode(&emitter, 1)
        yaml_emitter_set_width(&emitter, -1)
        var event = yaml_event_t()
        yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)
        yaml_emitter_emit(&emitter, &event)
        for (index, value) in values.enumerated() {
            yaml_document_start_event_initialize(&event, nil, nil, nil, index == 0 ? 1 : 0)
            yaml_emitter_emit(&emitter, &event)
            emit(value, &emitter)
            yaml_document_end_event_initialize(&event, 1)
            yaml_emitter_emit(&emitter, &event)
        }
        yaml_stream_end_event_initialize(&event)
        yaml_emitter_emit(&emitter, &event)
        yaml_emitter_flush(&emitter)
        return withExtendedLifetime(output) { String(decoding: output.bytes, as: UTF8.self) }
    }

    private func emit(_ value: JSONValue, _ emitter: inout yaml_emitter_t) {
        var event = yaml_event_t()
        switch value {
        case .array(let array):
            let style = array.isEmpty ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
            yaml_sequence_start_event_initialize(&event, nil, nil, 1, style)
            yaml_emitter_emit(&emitter, &event)
            for element in array { emit(element, &emitter) }
            yaml_sequence_end_event_initialize(&event)
            yaml_emitter_emit(&emitter, &event)
        case .object(let object):
            let style = object.isEmpty ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
            yaml_mapping_start_event_initialize(&event, nil, nil, 1, style)
            yaml_emitter_emit(&emitter, &event)
            for (key, value) in object {
                scalar(key, quoted: Self.needsQuotes(key), &emitter)
                emit(value, &emitter)
            }
            yaml_mapping_end_event_initialize(&event)
            yaml_emitter_emit(&emitter, &event)
        case .string(let text): scalar(text, quoted: Self.needsQuotes(text), &emitter)
        case .null: scalar("null", quoted: false, &emitter)
        case .bool(let value): scalar(value ? "true" : "false", quoted: false, &emitter)
        case .int(let value): scalar(value.description, quoted: false, &emitter)
        case .double(let value): scalar(Self.text(value), quoted: false, &emitter)
        }
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        return value.description
    }

    /// Whether a string written plainly would be read as something else.
    private static func needsQuotes(_ text: String) -> Bool {
        if case .string = YAMLScalar.resolve(text) { return text == "<<" || text == "=" }
        return true
    }

    private func scalar(_ text: String, quoted: Bool, _ emitter: inout yaml_emitter_t) {
        var event = yaml_event_t()
        let style: yaml_scalar_style_t =
            if quoted {
                YAML_DOUBLE_QUOTED_SCALAR_STYLE
            } else if text.utf8.contains(0x0A) {
                YAML_LITERAL_SCALAR_STYLE
            } else {
                YAML_ANY_SCALAR_STYLE
            }
        var text = text
        text.withUTF8 { bytes in
            _ = yaml_scalar_event_initialize(&event, nil, nil, bytes.baseAddress, Int32(bytes.count), 1, 1, style)
        }
        yaml_emitter_emit(&emitter, &event)
    }
}
