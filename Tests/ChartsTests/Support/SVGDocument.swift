import Foundation

#if canImport(FoundationXML)
import FoundationXML
#endif

/// An SVG document as an XML parser sees it: its elements with their attributes, and its texts.
final class SVGDocument: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var content = ""
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []

    /// Parses a document; throws what the parser says where it is not well-formed.
    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    }

    /// The contents of all `text` elements, in order.
    var texts: [String] { elements.filter { $0.name == "text" }.map(\.content) }

    /// The path data of all strokes in an ink.
    func paths(stroke: String) -> [String] {
        elements.filter { $0.name == "path" && $0.attributes["stroke"] == stroke }.compactMap { $0.attributes["d"] }
    }

    /// The attributes that hold numbers, of all elements.
    var numbers: [Double] {
        let single = ["x", "y", "x1", "y1", "x2", "y2", "width", "height", "font-size", "stroke-width"]
        return elements.flatMap { element in
            single.compactMap { element.attributes[$0] }.map { Double($0) ?? .nan }
                + (element.attributes["d"].map(Self.coordinates) ?? [])
        }
    }

    /// The numbers of path data.
    static func coordinates(_ path: String) -> [Double] {
        path.split { "MLZh ".contains($0) }.map { Double($0) ?? .nan }
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let index = open.last { elements[index].content += string }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }
}
