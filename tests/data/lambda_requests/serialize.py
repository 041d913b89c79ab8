# Reads cases.json and prints how botocore serialises its AWS half.
import json, sys
from urllib.parse import quote
import botocore.loaders, botocore.model, botocore.serialize
model = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model('lambda', 'service-2'))
serializer = botocore.serialize.create_serializer('rest-json', include_validation=False)
def pairs(query):
    return sorted((quote(k, safe='-_.~'), quote(str(v), safe='-_.~')) for k, v in query.items())
answers = []
for case in json.load(sys.stdin):
    name, params = case['operation'], case['aws']
    name = name[0].upper() + name[1:]
    if 'Payload' in params: params['Payload'] = params['Payload'].encode()
    if 'ZipFile' in params.get('Code', {}): params['Code']['ZipFile'] = params['Code']['ZipFile'].encode()
    request = serializer.serialize_to_request(params, model.operation_model(name))
    body = request['body']
    answers.append({'method': request['method'], 'path': request['url_path'],
        'query': '&'.join(k + '=' + v for k, v in pairs(request['query_string'])),
        'headers': {k.lower(): str(v) for k, v in request['headers'].items()},
        'body': body.decode() if isinstance(body, bytes) else body})
print(json.dumps(answers))
