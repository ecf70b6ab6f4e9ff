"""WeasyPrint writes one conformance mark; this adds PDF/UA-1 to the PDF/A-3u file's metadata.

PDF/A asks that a schema it does not know is described, hence the longer of the two blocks.
"""

from typing import Any

UA_MARK = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
END = b"</rdf:RDF>"


def finish(_document: Any, pdf: Any) -> None:
    """A WeasyPrint finisher: put the PDF/UA mark beside the PDF/A one; name attachments once."""
    _mark_accessible(pdf)
    if "AF" in pdf.catalog:  # WeasyPrint 70 lists each attachment twice
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))


def _mark_accessible(pdf: Any) -> None:
    (metadata,) = [each for each in pdf.objects if _is_metadata(each)]
    (xmp,) = metadata.stream
    if xmp.count(END) != 1:
        raise ValueError("the metadata is not what this finisher knows")
    metadata.stream = [xmp.replace(END, UA_MARK + END)]
    metadata.compress = False


def _is_metadata(thing: Any) -> bool:
    return getattr(thing, "extra", {}).get("Type") == "/Metadata"
